-- How many vessels are on record?
-- What is the total number of vessels?
SELECT count(*) FROM vessels

-- Which harbours do we cover? Just their names.
SELECT name FROM harbours

-- Names of all shipping lines based in Greece, please.
-- Which shipping lines come from Greece?
SELECT name FROM shipping_lines WHERE country = 'Greece'

-- What is the deepest harbour depth we have?
-- Give me the maximum depth over all harbours.
SELECT max(depth) FROM harbours

-- What vessel types are there?
-- List the different types of vessel.
SELECT DISTINCT vessel_type FROM vessels

-- How many containers belong to the customer Lombardi Foods?
-- Count the containers of Lombardi Foods.
SELECT count(*) FROM containers WHERE customer = 'Lombardi Foods'

-- Give the names of captains born after 1975.
-- Which captains were born later than 1975?
SELECT name FROM captains WHERE born > 1975

-- What does an inspector earn on average?
SELECT avg(salary) FROM inspectors

-- Which goods fall into the category food?
-- Name all the food goods.
SELECT name FROM goods WHERE category = 'food'

-- How many voyages were delayed?
-- Find the number of voyages with the status delayed.
SELECT count(*) FROM voyages WHERE status = 'delayed'

-- Sort the vessel names by tonnage, lightest first.
SELECT name FROM vessels ORDER BY tonnage

-- What are the serials of containers heavier than 25000?
-- Show the serial of each container whose weight is above 25000.
SELECT serial FROM containers WHERE weight > 25000

-- Add up all fines ever given.
-- What is the sum of the fines over all inspections?
SELECT sum(fine) FROM inspections

-- How many different customers have sent containers?
-- Count the distinct customers among the containers.
SELECT count(DISTINCT customer) FROM containers

-- Which harbours opened before 1500?
SELECT name FROM harbours WHERE opened < 1500

-- Under which flags do the ferry vessels sail?
-- What flags do vessels of type ferry have?
SELECT flag FROM vessels WHERE vessel_type = 'ferry'

-- Tell me the name and country of every captain.
-- For all captains, list name and home country.
SELECT name, country FROM captains

-- Give name, tonnage and year built of the vessels under the flag of Liberia.
-- Which vessels fly the flag Liberia? Show name, tonnage and build year.
SELECT name, tonnage, built FROM vessels WHERE flag = 'Liberia'

-- What are the smallest and largest tariffs on goods?
-- Report the minimum and the maximum tariff.
SELECT min(tariff), max(tariff) FROM goods

-- What is the heaviest vessel by tonnage? Give its name.
-- Name the vessel with the greatest tonnage.
SELECT name FROM vessels ORDER BY tonnage DESC LIMIT 1

-- Who are the three longest licensed captains? Names only, earliest licence year first.
SELECT name FROM captains ORDER BY licence_year LIMIT 3

-- Show the oldest shipping line with its country.
-- Which shipping line was founded first, and in which country is it?
SELECT name, country FROM shipping_lines ORDER BY founded LIMIT 1

-- How many vessels are there per vessel type?
-- For every type of vessel, count the vessels.
SELECT vessel_type, count(*) FROM vessels GROUP BY vessel_type

-- What is the average container weight for each customer?
-- By customer, report the mean weight of the containers.
SELECT customer, avg(weight) FROM containers GROUP BY customer

-- How often does each inspection outcome occur?
-- Count the inspections by outcome.
SELECT outcome, count(*) FROM inspections GROUP BY outcome

-- What is the total tonnage under each flag?
SELECT flag, sum(tonnage) FROM vessels GROUP BY flag

-- For every inspector grade, give the highest salary.
-- What does the best paid inspector of each grade earn? Show grade and salary.
SELECT grade, max(salary) FROM inspectors GROUP BY grade

-- Which flags are flown by at least 3 vessels?
-- List flags that more than two vessels sail under.
SELECT flag FROM vessels GROUP BY flag HAVING count(*) >= 3

-- Which customers have more than 8 containers?
-- Find customers with over 8 containers.
SELECT customer FROM containers GROUP BY customer HAVING count(*) > 8

-- List each vessel with the name of its shipping line.
-- Show vessel names next to the names of the lines that own them.
SELECT T1.name, T2.name FROM vessels AS T1 JOIN shipping_lines AS T2 ON T1.line_id = T2.id

-- What vessels does Hanse Container run?
-- Names of the vessels that belong to the line Hanse Container.
SELECT T1.name FROM vessels AS T1 JOIN shipping_lines AS T2 ON T1.line_id = T2.id WHERE T2.name = 'Hanse Container'

-- How many berths has the harbour of Hamburg?
-- Count the berths in Hamburg.
SELECT count(*) FROM berths AS T1 JOIN harbours AS T2 ON T1.harbour_id = T2.id WHERE T2.name = 'Hamburg'

-- Which berths are in Italy? Give the berth code and its length.
-- Show code and length of all berths at harbours in Italy.
SELECT T1.code, T1.length FROM berths AS T1 JOIN harbours AS T2 ON T1.harbour_id = T2.id WHERE T2.country = 'Italy'

-- When did the vessel Stella Marina depart, and how many days did each voyage take?
-- For the voyages of Stella Marina, list departure date and days.
SELECT T1.departed, T1.days FROM voyages AS T1 JOIN vessels AS T2 ON T1.vessel_id = T2.id WHERE T2.name = 'Stella Marina'

-- Which inspectors work in the harbour of Piraeus?
SELECT T1.name FROM inspectors AS T1 JOIN harbours AS T2 ON T1.harbour_id = T2.id WHERE T2.name = 'Piraeus'

-- What is the average salary of inspectors stationed in Germany?
-- Inspectors at harbours in Germany: what do they earn on average?
SELECT avg(T1.salary) FROM inspectors AS T1 JOIN harbours AS T2 ON T1.harbour_id = T2.id WHERE T2.country = 'Germany'

-- How many containers carried Olive oil?
-- Number of containers filled with Olive oil?
SELECT count(*) FROM containers AS T1 JOIN goods AS T2 ON T1.goods_id = T2.id WHERE T2.name = 'Olive oil'

-- Give the total weight of containers with goods of the category textiles.
SELECT sum(T1.weight) FROM containers AS T1 JOIN goods AS T2 ON T1.goods_id = T2.id WHERE T2.category = 'textiles'

-- Which different vessels has Marek Zielinski commanded?
SELECT DISTINCT T1.name FROM vessels AS T1 JOIN voyages AS T2 ON T1.id = T2.vessel_id JOIN captains AS T3 ON T2.captain_id = T3.id WHERE T3.name = 'Marek Zielinski'

-- Which bulk carrier vessels have more than 40000 tonnage?
-- Find the bulk carriers above 40000 in tonnage; names please.
SELECT name FROM vessels WHERE vessel_type = 'bulk carrier' AND tonnage > 40000

-- Show vessels that are tankers or were built before 1995.
-- Which vessels are of type tanker or date from before 1995?
SELECT name FROM vessels WHERE vessel_type = 'tanker' OR built < 1995

-- Which voyages left in 2022? Give departure date and status.
-- List departure date and status for all voyages departing in the year 2022.
SELECT departed, status FROM voyages WHERE departed BETWEEN '2022-01-01' AND '2022-12-31'

-- Which vessels were built from 2010 to 2016?
-- Name vessels built between 2010 and 2016.
SELECT name FROM vessels WHERE built BETWEEN 2010 AND 2016

-- Find vessels with the word Merchant in their name, and show their tonnage.
-- Vessel names containing Merchant, with tonnage?
SELECT name, tonnage FROM vessels WHERE name LIKE '%Merchant%'

-- What are the names of captains whose name ends in the letter s?
SELECT name FROM captains WHERE name LIKE '%s'

-- Which inspectors are not of the grade junior? Show name and salary.
-- List name and salary for the inspectors whose grade is anything but junior.
SELECT name, salary FROM inspectors WHERE grade != 'junior'

-- How many berths does each harbour have? Give harbour name and count.
-- Count the berths by harbour name.
SELECT T1.name, count(*) FROM harbours AS T1 JOIN berths AS T2 ON T1.id = T2.harbour_id GROUP BY T1.id

-- For each shipping line, what is the average tonnage of its vessels? Show the line's name.
-- Report the mean vessel tonnage beside the name of every line.
SELECT T1.name, avg(T2.tonnage) FROM shipping_lines AS T1 JOIN vessels AS T2 ON T1.id = T2.line_id GROUP BY T1.id

-- How many voyages has every captain made? Names and numbers.
SELECT T1.name, count(*) FROM captains AS T1 JOIN voyages AS T2 ON T1.id = T2.captain_id GROUP BY T1.id

-- Show the total weight shipped for each category of goods.
-- Sum the container weights by goods category.
SELECT T2.category, sum(T1.weight) FROM containers AS T1 JOIN goods AS T2 ON T1.goods_id = T2.id GROUP BY T2.category

-- Which vessel types have an average tonnage above 60000?
-- Find the vessel types with a mean tonnage of more than 60000.
SELECT vessel_type FROM vessels GROUP BY vessel_type HAVING avg(tonnage) > 60000

-- Which captains have never been on a voyage?
SELECT name FROM captains WHERE id NOT IN (SELECT captain_id FROM voyages)

-- Are there harbours that have no berths? Name them.
-- Which harbours lack berths?
SELECT name FROM harbours WHERE id NOT IN (SELECT harbour_id FROM berths)

-- Find all vessels whose tonnage exceeds the mean over all vessels.
SELECT name FROM vessels WHERE tonnage > (SELECT avg(tonnage) FROM vessels)

-- Name the inspectors who earn less than the average inspector.
SELECT name FROM inspectors WHERE salary < (SELECT avg(salary) FROM inspectors)

-- What goods were never put in a container?
SELECT name FROM goods WHERE id NOT IN (SELECT goods_id FROM containers)

-- Which vessels have made a voyage that was delayed?
-- Name vessels with at least one delayed voyage, each once.
SELECT name FROM vessels WHERE id IN (SELECT vessel_id FROM voyages WHERE status = 'delayed')

-- Which countries appear for harbours as well as for shipping lines?
SELECT country FROM harbours INTERSECT SELECT country FROM shipping_lines

-- From which countries do captains come where no shipping line is based?
-- Countries of captains that have no shipping line?
SELECT country FROM captains EXCEPT SELECT country FROM shipping_lines

-- Show all countries that have a captain or a harbour.
SELECT country FROM captains UNION SELECT country FROM harbours

-- What are the serials of containers never inspected?
SELECT serial FROM containers WHERE id NOT IN (SELECT container_id FROM inspections)

-- From what country do most of the captains come?
SELECT country FROM captains GROUP BY country ORDER BY count(*) DESC LIMIT 1

-- Which vessel type is the most common?
SELECT vessel_type FROM vessels GROUP BY vessel_type ORDER BY count(*) DESC LIMIT 1

-- Which customer ships the largest total weight?
-- Name the customer with the highest sum of container weights.
SELECT customer FROM containers GROUP BY customer ORDER BY sum(weight) DESC LIMIT 1

-- Which vessel made the longest voyage in days? Give the vessel's name and the date of departure.
SELECT T1.name, T2.departed FROM vessels AS T1 JOIN voyages AS T2 ON T1.id = T2.vessel_id ORDER BY T2.days DESC LIMIT 1

-- Which harbour has the most berths?
-- Give the name of the harbour with the largest number of berths.
SELECT T1.name FROM harbours AS T1 JOIN berths AS T2 ON T1.id = T2.harbour_id GROUP BY T1.id ORDER BY count(*) DESC LIMIT 1

-- Who is the captain with the most voyages? Show name and birth year.
-- Give name and year of birth of the captain who made the most voyages.
SELECT T1.name, T1.born FROM captains AS T1 JOIN voyages AS T2 ON T1.id = T2.captain_id GROUP BY T1.id ORDER BY count(*) DESC LIMIT 1

-- What line has the greatest tonnage in all? Line name and total tonnage.
-- Show the shipping line whose vessels add up to the most tonnage, with that tonnage.
SELECT T1.name, sum(T2.tonnage) FROM shipping_lines AS T1 JOIN vessels AS T2 ON T1.id = T2.line_id GROUP BY T1.id ORDER BY sum(T2.tonnage) DESC LIMIT 1

-- Which lines run both ferry and tanker vessels?
-- Names of shipping lines that have a ferry as well as a tanker.
SELECT T1.name FROM shipping_lines AS T1 JOIN vessels AS T2 ON T1.id = T2.line_id WHERE T2.vessel_type = 'ferry' INTERSECT SELECT T1.name FROM shipping_lines AS T1 JOIN vessels AS T2 ON T1.id = T2.line_id WHERE T2.vessel_type = 'tanker'

-- Which lines do not own any container ship?
SELECT name FROM shipping_lines EXCEPT SELECT T1.name FROM shipping_lines AS T1 JOIN vessels AS T2 ON T1.id = T2.line_id WHERE T2.vessel_type = 'container ship'

-- Show the name of the inspector behind the largest fine, with the fine.
SELECT T1.name, T2.fine FROM inspectors AS T1 JOIN inspections AS T2 ON T1.id = T2.inspector_id ORDER BY T2.fine DESC LIMIT 1

-- For every inspection with the outcome seized, list the container's serial and the name of the goods.
-- Inspections that ended with the outcome seized: serial and goods name of the container in each?
SELECT T1.serial, T3.name FROM containers AS T1 JOIN inspections AS T2 ON T1.id = T2.container_id JOIN goods AS T3 ON T1.goods_id = T3.id WHERE T2.outcome = 'seized'

-- Which captains have sailed for the line Adria Blue? No name twice.
-- Distinct names of captains who commanded vessels of Adria Blue.
SELECT DISTINCT T1.name FROM captains AS T1 JOIN voyages AS T2 ON T1.id = T2.captain_id JOIN vessels AS T3 ON T2.vessel_id = T3.id JOIN shipping_lines AS T4 ON T3.line_id = T4.id WHERE T4.name = 'Adria Blue'

-- How many voyages ended at the harbour Valencia?
-- Count the voyages going to Valencia.
SELECT count(*) FROM voyages AS T1 JOIN harbours AS T2 ON T1.to_harbour = T2.id WHERE T2.name = 'Valencia'

-- Which vessels departed from Genoa in 2022 or later? Show vessel name and date.
SELECT T1.name, T2.departed FROM vessels AS T1 JOIN voyages AS T2 ON T1.id = T2.vessel_id JOIN harbours AS T3 ON T2.from_harbour = T3.id WHERE T3.name = 'Genoa' AND T2.departed >= '2022-01-01'

-- Which harbours received more than 5 voyages? Give the name and the number.
-- Harbours that were the destination of over 5 voyages, with the count.
SELECT T1.name, count(*) FROM harbours AS T1 JOIN voyages AS T2 ON T1.id = T2.to_harbour GROUP BY T1.id HAVING count(*) > 5

-- Among vessels built after 2000, which flag has the highest total tonnage? Show both.
-- Take vessels built after 2000; what flag has the most tonnage in sum, and how much?
SELECT flag, sum(tonnage) FROM vessels WHERE built > 2000 GROUP BY flag ORDER BY sum(tonnage) DESC LIMIT 1

-- Which captains born before 1970 have made 3 or more voyages? Name and number of voyages.
-- For captains born before 1970 with at least 3 voyages, show the name and how many.
SELECT T1.name, count(*) FROM captains AS T1 JOIN voyages AS T2 ON T1.id = T2.captain_id WHERE T1.born < 1970 GROUP BY T1.id HAVING count(*) >= 3

-- What container ships are bigger than every car carrier? Give name and tonnage.
-- Show name and tonnage of each container ship whose tonnage is above the maximum of the car carrier vessels.
SELECT name, tonnage FROM vessels WHERE vessel_type = 'container ship' AND tonnage > (SELECT max(tonnage) FROM vessels WHERE vessel_type = 'car carrier')

-- Which customers have sent both food and vehicles?
-- Customers with containers of category food and also of category vehicles?
SELECT T1.customer FROM containers AS T1 JOIN goods AS T2 ON T1.goods_id = T2.id WHERE T2.category = 'food' INTERSECT SELECT T1.customer FROM containers AS T1 JOIN goods AS T2 ON T1.goods_id = T2.id WHERE T2.category = 'vehicles'

-- Name captains who never commanded a vessel of the type ferry.
SELECT name FROM captains WHERE id NOT IN (SELECT T1.captain_id FROM voyages AS T1 JOIN vessels AS T2 ON T1.vessel_id = T2.id WHERE T2.vessel_type = 'ferry')

-- How much in fines has each inspector given? Only those above 5000 in total, with name and sum.
-- Inspectors whose fines add up to more than 5000: show name and total.
SELECT T1.name, sum(T2.fine) FROM inspectors AS T1 JOIN inspections AS T2 ON T1.id = T2.inspector_id GROUP BY T1.id HAVING sum(T2.fine) > 5000

-- What is the longest berth in Spain? Give its code and length.
-- Show code and length of the longest berth at a harbour in Spain.
SELECT T1.code, T1.length FROM berths AS T1 JOIN harbours AS T2 ON T1.harbour_id = T2.id WHERE T2.country = 'Spain' ORDER BY T1.length DESC LIMIT 1

-- Which vessel carried the heaviest container? Vessel name and container weight.
SELECT T1.name, T3.weight FROM vessels AS T1 JOIN voyages AS T2 ON T1.id = T2.vessel_id JOIN containers AS T3 ON T2.id = T3.voyage_id ORDER BY T3.weight DESC LIMIT 1

-- How many seniors and how many chiefs work as inspectors? Show grade and number for grade senior or chief.
SELECT grade, count(*) FROM inspectors WHERE grade = 'senior' OR grade = 'chief' GROUP BY grade
