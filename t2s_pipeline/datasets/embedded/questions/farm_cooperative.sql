-- How many farms belong to the cooperative?
-- What's the number of farms?
SELECT count(*) FROM Farm

-- I'd like a list of all crop names.
-- What are our crops called?
SELECT CropName FROM Crop

-- Who owns Prairie Star?
-- Give me the owner name of the farm Prairie Star.
SELECT OwnerName FROM Farm WHERE FarmName = 'Prairie Star'

-- Which farms lie in Lincoln county?
SELECT FarmName FROM Farm WHERE County = 'Lincoln'

-- What's the best hourly wage that anyone gets?
-- What is the highest hourly wage of a worker?
SELECT max(HourlyWage) FROM Worker

-- How much did we spend on machines altogether?
-- What is the summed price of all the machines?
SELECT sum(Price) FROM Machine

-- What kinds of soil do our fields have?
-- Name the distinct soil types.
SELECT DISTINCT SoilType FROM Field

-- How many fields have clay soil?
SELECT count(*) FROM Field WHERE SoilType = 'clay'

-- Can you list the last names of everyone whose job is driver?
-- Which workers are drivers (job driver)? Last names will do.
SELECT LastName FROM Worker WHERE Job = 'driver'

-- Which machine models were bought after 2018?
SELECT Model FROM Machine WHERE YearBought > 2018

-- What does a ton of Cherries cost?
-- Tell me the price per ton for Cherries.
SELECT PricePerTon FROM Crop WHERE CropName = 'Cherries'

-- Put the farms in order of age, oldest first, and show their names.
-- Farm names sorted by founding year, please.
SELECT FarmName FROM Farm ORDER BY YearFounded

-- In how many different counties are our buyers located?
-- Count the distinct counties among the buyers.
SELECT count(DISTINCT County) FROM Buyer

-- How many tons does an average harvest weigh?
SELECT avg(Tons) FROM Harvest

-- Which buyers come from the city of Rockport?
-- Name the buyers in Rockport.
SELECT BuyerName FROM Buyer WHERE City = 'Rockport'

-- Which fields are larger than 100 acres?
-- What are the names of fields over 100 acres?
SELECT FieldName FROM Field WHERE Acres > 100

-- How many harvests were graded A?
-- Count harvests whose grade is A.
SELECT count(*) FROM Harvest WHERE Grade = 'A'

-- I need the first and last name of each worker together with the job.
-- List first name, last name and job of the workers.
SELECT FirstName, LastName, Job FROM Worker

-- What are the name, county and acres of farms founded before 1930?
-- For all farms founded earlier than 1930, show name, county and number of acres.
SELECT FarmName, County, Acres FROM Farm WHERE YearFounded < 1930

-- What's the cheapest and what's the dearest price per ton among crops?
-- Show the minimum and maximum price per ton of a crop.
SELECT min(PricePerTon), max(PricePerTon) FROM Crop

-- Which farm is the biggest in acres?
-- Name the farm that has the most acres.
SELECT FarmName FROM Farm ORDER BY Acres DESC LIMIT 1

-- What are the two most expensive machine models?
-- Give the models of the 2 machines with the highest price.
SELECT Model FROM Machine ORDER BY Price DESC LIMIT 2

-- Who was hired most recently? First and last name, please.
-- Show first and last name of the newest hire.
SELECT FirstName, LastName FROM Worker ORDER BY HireDate DESC LIMIT 1

-- How many crops does each category have?
-- Count crops category by category.
SELECT Category, count(*) FROM Crop GROUP BY Category

-- For each job, what's the average hourly wage?
-- Break down the average hourly wage by job.
SELECT Job, avg(HourlyWage) FROM Worker GROUP BY Job

-- How many tons were harvested in each grade?
-- Show the total tons of the harvests for every grade.
SELECT Grade, sum(Tons) FROM Harvest GROUP BY Grade

-- How many farms are there in each county?
-- List every county with its number of farms.
SELECT County, count(*) FROM Farm GROUP BY County

-- For each kind of machine, when was the newest one bought?
SELECT Kind, max(YearBought) FROM Machine GROUP BY Kind

-- Which soil types cover more than 400 acres in total?
SELECT SoilType FROM Field GROUP BY SoilType HAVING sum(Acres) > 400

-- Which jobs are held by more than 4 workers?
-- Name each job that over 4 workers have.
SELECT Job FROM Worker GROUP BY Job HAVING count(*) > 4

-- What counties have at least two farms?
SELECT County FROM Farm GROUP BY County HAVING count(*) >= 2

-- Which fields belong to Willow Bend Farm?
-- List the field names of Willow Bend Farm.
SELECT T1.FieldName FROM Field AS T1 JOIN Farm AS T2 ON T1.FarmID = T2.FarmID WHERE T2.FarmName = 'Willow Bend Farm'

-- Show every field along with the farm it is part of.
-- List the names of the fields and of their farms.
SELECT T1.FieldName, T2.FarmName FROM Field AS T1 JOIN Farm AS T2 ON T1.FarmID = T2.FarmID

-- Who works at Harlan Brothers Farm? First and last names.
-- List first and last name of the workers on Harlan Brothers Farm.
SELECT T1.FirstName, T1.LastName FROM Worker AS T1 JOIN Farm AS T2 ON T1.FarmID = T2.FarmID WHERE T2.FarmName = 'Harlan Brothers Farm'

-- How many machines are there on farms in Marion county?
-- Count machines owned by farms of the county Marion.
SELECT count(*) FROM Machine AS T1 JOIN Farm AS T2 ON T1.FarmID = T2.FarmID WHERE T2.County = 'Marion'

-- On what dates was Corn harvested, and how many tons each time?
-- Give harvest date and tons of every Corn harvest.
SELECT T1.HarvestDate, T1.Tons FROM Harvest AS T1 JOIN Crop AS T2 ON T1.CropID = T2.CropID WHERE T2.CropName = 'Corn'

-- What is the total amount paid by Kessler Brewing?
-- How much has Kessler Brewing paid in all?
SELECT sum(T1.Paid) FROM Delivery AS T1 JOIN Buyer AS T2 ON T1.BuyerID = T2.BuyerID WHERE T2.BuyerName = 'Kessler Brewing'

-- Which owners have a combine on their farm?
-- Name the owners of farms that have a machine of the kind combine.
SELECT T1.OwnerName FROM Farm AS T1 JOIN Machine AS T2 ON T1.FarmID = T2.FarmID WHERE T2.Kind = 'combine'

-- How many harvests brought in a crop of the category grain?
SELECT count(*) FROM Harvest AS T1 JOIN Crop AS T2 ON T1.CropID = T2.CropID WHERE T2.Category = 'grain'

-- What different crops were harvested on Hilltop?
SELECT DISTINCT T1.CropName FROM Crop AS T1 JOIN Harvest AS T2 ON T1.CropID = T2.CropID JOIN Field AS T3 ON T2.FieldID = T3.FieldID WHERE T3.FieldName = 'Hilltop'

-- How many tons in all were harvested on the fields of Stone Ridge?
-- Total tons harvested at the farm Stone Ridge?
SELECT sum(T1.Tons) FROM Harvest AS T1 JOIN Field AS T2 ON T1.FieldID = T2.FieldID JOIN Farm AS T3 ON T2.FarmID = T3.FarmID WHERE T3.FarmName = 'Stone Ridge'

-- Which tractors cost more than 150000? Model only.
-- Show the models of machines of kind tractor priced above 150000.
SELECT Model FROM Machine WHERE Kind = 'tractor' AND Price > 150000

-- Which workers are mechanics or earn over 28 an hour? Give the last names (the job is called mechanic).
SELECT LastName FROM Worker WHERE Job = 'mechanic' OR HourlyWage > 28

-- What was harvested in 2022? I want the date and the tons.
-- List date and tons of harvests made in 2022.
SELECT HarvestDate, Tons FROM Harvest WHERE HarvestDate BETWEEN '2022-01-01' AND '2022-12-31'

-- Which crops cost between 200 and 350 per ton?
-- Name crops with a price per ton from 200 to 350.
SELECT CropName FROM Crop WHERE PricePerTon BETWEEN 200 AND 350

-- Which machine models are made by Deere? Show the model and the price.
-- Models whose name contains Deere, and what they cost?
SELECT Model, Price FROM Machine WHERE Model LIKE '%Deere%'

-- What fields have a name that ends with Field? Give name and acres.
SELECT FieldName, Acres FROM Field WHERE FieldName LIKE '%Field'

-- Which farms are outside Lincoln county and have more than 500 acres? Name and acres.
-- Show name and acres of the farms over 500 acres that are not in Lincoln.
SELECT FarmName, Acres FROM Farm WHERE County != 'Lincoln' AND Acres > 500

-- How many fields does each farm have? Show the farm name too.
-- For every farm name, count the fields.
SELECT T2.FarmName, count(*) FROM Field AS T1 JOIN Farm AS T2 ON T1.FarmID = T2.FarmID GROUP BY T2.FarmID

-- What's the total harvest in tons for each crop name?
-- For each crop, add up the tons harvested; show its name.
SELECT T1.CropName, sum(T2.Tons) FROM Crop AS T1 JOIN Harvest AS T2 ON T1.CropID = T2.CropID GROUP BY T1.CropID

-- What does each farm pay on average per hour? Farm name and average wage.
SELECT T1.FarmName, avg(T2.HourlyWage) FROM Farm AS T1 JOIN Worker AS T2 ON T1.FarmID = T2.FarmID GROUP BY T1.FarmID

-- How many deliveries did each buyer get?
-- Show each buyer's name with the number of deliveries.
SELECT T1.BuyerName, count(*) FROM Buyer AS T1 JOIN Delivery AS T2 ON T1.BuyerID = T2.BuyerID GROUP BY T1.BuyerID

-- How many acres of fields does each county have? Add them up by the farm's county.
SELECT T2.County, sum(T1.Acres) FROM Field AS T1 JOIN Farm AS T2 ON T1.FarmID = T2.FarmID GROUP BY T2.County

-- Are there any farms without machines? Which ones?
SELECT FarmName FROM Farm WHERE FarmID NOT IN (SELECT FarmID FROM Machine)

-- Which crops have never been harvested?
-- What crop was not harvested even once?
SELECT CropName FROM Crop WHERE CropID NOT IN (SELECT CropID FROM Harvest)

-- Which buyers haven't received a delivery yet?
SELECT BuyerName FROM Buyer WHERE BuyerID NOT IN (SELECT BuyerID FROM Delivery)

-- Which farms have more acres than the average farm?
-- List the farms that are larger than average in acres.
SELECT FarmName FROM Farm WHERE Acres > (SELECT avg(Acres) FROM Farm)

-- What fields are smaller than the average field?
SELECT FieldName FROM Field WHERE Acres < (SELECT avg(Acres) FROM Field)

-- Name every field that has had a grade C harvest, once each.
SELECT FieldName FROM Field WHERE FieldID IN (SELECT FieldID FROM Harvest WHERE Grade = 'C')

-- In which counties are there both farms and buyers?
-- What counties have at least one farm and at least one buyer?
SELECT County FROM Farm INTERSECT SELECT County FROM Buyer

-- Which counties have buyers but no farm?
SELECT County FROM Buyer EXCEPT SELECT County FROM Farm

-- What farms have no workers at all?
SELECT FarmName FROM Farm WHERE FarmID NOT IN (SELECT FarmID FROM Worker)

-- Which job is the most common among the workers?
-- What job do most workers have?
SELECT Job FROM Worker GROUP BY Job ORDER BY count(*) DESC LIMIT 1

-- Which kind of machine has the highest average price?
-- On average, what kind of machine is the most expensive?
SELECT Kind FROM Machine GROUP BY Kind ORDER BY avg(Price) DESC LIMIT 1

-- Which farm employs the most people?
-- Name the farm with the largest number of workers.
SELECT T1.FarmName FROM Farm AS T1 JOIN Worker AS T2 ON T1.FarmID = T2.FarmID GROUP BY T1.FarmID ORDER BY count(*) DESC LIMIT 1

-- Which crop brought in the most tons? Give its name and category.
-- Show name and category of the crop with the greatest total harvest in tons.
SELECT T1.CropName, T1.Category FROM Crop AS T1 JOIN Harvest AS T2 ON T1.CropID = T2.CropID GROUP BY T1.CropID ORDER BY sum(T2.Tons) DESC LIMIT 1

-- Who's our best customer by money paid? Buyer name and total.
-- Which buyer has paid the most in total, and how much is it?
SELECT T1.BuyerName, sum(T2.Paid) FROM Buyer AS T1 JOIN Delivery AS T2 ON T1.BuyerID = T2.BuyerID GROUP BY T1.BuyerID ORDER BY sum(T2.Paid) DESC LIMIT 1

-- What field gave the biggest harvest, and on which date?
SELECT T1.FieldName, T2.HarvestDate FROM Field AS T1 JOIN Harvest AS T2 ON T1.FieldID = T2.FieldID ORDER BY T2.Tons DESC LIMIT 1

-- Which farms have both clay and loam soil?
-- What farms own at least one clay field and at least one loam field?
SELECT T1.FarmName FROM Farm AS T1 JOIN Field AS T2 ON T1.FarmID = T2.FarmID WHERE T2.SoilType = 'clay' INTERSECT SELECT T1.FarmName FROM Farm AS T1 JOIN Field AS T2 ON T1.FarmID = T2.FarmID WHERE T2.SoilType = 'loam'

-- Which farms don't have a tractor?
-- Names of farms that lack a machine of the kind tractor?
SELECT FarmName FROM Farm EXCEPT SELECT T1.FarmName FROM Farm AS T1 JOIN Machine AS T2 ON T1.FarmID = T2.FarmID WHERE T2.Kind = 'tractor'

-- Who bought Soybeans from us? List each buyer once.
-- Which distinct buyers received deliveries of Soybeans?
SELECT DISTINCT T1.BuyerName FROM Buyer AS T1 JOIN Delivery AS T2 ON T1.BuyerID = T2.BuyerID JOIN Harvest AS T3 ON T2.HarvestID = T3.HarvestID JOIN Crop AS T4 ON T3.CropID = T4.CropID WHERE T4.CropName = 'Soybeans'

-- Who is the best paid worker of Three Oaks? First name, last name and hourly wage.
-- At Three Oaks, who gets the highest hourly wage? Show first name, last name, wage.
SELECT T1.FirstName, T1.LastName, T1.HourlyWage FROM Worker AS T1 JOIN Farm AS T2 ON T1.FarmID = T2.FarmID WHERE T2.FarmName = 'Three Oaks' ORDER BY T1.HourlyWage DESC LIMIT 1

-- Which legume crops cost less than the average crop? Name and price per ton.
-- Show name and price per ton of crops in the category legume that are below the average price of all crops.
SELECT CropName, PricePerTon FROM Crop WHERE Category = 'legume' AND PricePerTon < (SELECT avg(PricePerTon) FROM Crop)

-- Which farms harvested more than 150 tons altogether? Show farm name and tons.
SELECT T1.FarmName, sum(T3.Tons) FROM Farm AS T1 JOIN Field AS T2 ON T1.FarmID = T2.FarmID JOIN Harvest AS T3 ON T2.FieldID = T3.FieldID GROUP BY T1.FarmID HAVING sum(T3.Tons) > 150

-- Among machines bought since 2015, which kind did we spend the most on? Kind and sum.
-- Counting machines bought in 2015 or later, on what kind was the most money spent, and how much?
SELECT Kind, sum(Price) FROM Machine WHERE YearBought >= 2015 GROUP BY Kind ORDER BY sum(Price) DESC LIMIT 1

-- Which farms grew both Corn and Potatoes?
-- Find the farms where Corn as well as Potatoes have been harvested.
SELECT T1.FarmName FROM Farm AS T1 JOIN Field AS T2 ON T1.FarmID = T2.FarmID JOIN Harvest AS T3 ON T2.FieldID = T3.FieldID JOIN Crop AS T4 ON T3.CropID = T4.CropID WHERE T4.CropName = 'Corn' INTERSECT SELECT T1.FarmName FROM Farm AS T1 JOIN Field AS T2 ON T1.FarmID = T2.FarmID JOIN Harvest AS T3 ON T2.FieldID = T3.FieldID JOIN Crop AS T4 ON T3.CropID = T4.CropID WHERE T4.CropName = 'Potatoes'

-- Which buyers in Ashford paid more than 5000 in one delivery? Name, date and amount paid.
-- Deliveries to buyers in the city Ashford that were paid with over 5000: show buyer, date, amount.
SELECT T1.BuyerName, T2.DeliveryDate, T2.Paid FROM Buyer AS T1 JOIN Delivery AS T2 ON T1.BuyerID = T2.BuyerID WHERE T1.City = 'Ashford' AND T2.Paid > 5000

-- For farms founded before 1950, how many workers does each have? Name and number.
-- Count the workers of every farm that was founded before 1950; show the farm's name.
SELECT T1.FarmName, count(*) FROM Farm AS T1 JOIN Worker AS T2 ON T1.FarmID = T2.FarmID WHERE T1.YearFounded < 1950 GROUP BY T1.FarmID

-- Who has worked here longest among the pickers (job picker)? First and last name.
SELECT FirstName, LastName FROM Worker WHERE Job = 'picker' ORDER BY HireDate LIMIT 1

-- Which workers earn more than the average manager (job manager)? Last name and hourly wage.
-- Show last name and hourly wage of anyone who is paid more than the average manager.
SELECT LastName, HourlyWage FROM Worker WHERE HourlyWage > (SELECT avg(HourlyWage) FROM Worker WHERE Job = 'manager')

-- What are the machines of farms in Boone county, newest first? Model and year bought.
-- For farms in Boone, list machine model and the year it was bought, latest at the top.
SELECT T1.Model, T1.YearBought FROM Machine AS T1 JOIN Farm AS T2 ON T1.FarmID = T2.FarmID WHERE T2.County = 'Boone' ORDER BY T1.YearBought DESC

-- Which crops have been harvested more than 6 times? Show crop name and how often.
-- List crop names with over 6 harvests, plus the number of harvests.
SELECT T1.CropName, count(*) FROM Crop AS T1 JOIN Harvest AS T2 ON T1.CropID = T2.CropID GROUP BY T1.CropID HAVING count(*) > 6
