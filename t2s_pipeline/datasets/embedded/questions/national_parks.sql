-- How many parks are there?
-- What is the number of parks?
SELECT count(*) FROM Park

-- Show the names of all rangers.
SELECT Name FROM Ranger

-- Which parks are in Utah? List their names.
-- Give the names of the parks in the state of Utah.
SELECT Name FROM Park WHERE State = 'Utah'

-- What is the average length of a trail?
-- How long are the trails on average?
SELECT avg(Length) FROM Trail

-- How many trails have an easy difficulty?
-- Count the trails whose difficulty is easy.
SELECT count(*) FROM Trail WHERE Difficulty = 'easy'

-- What different families do the animals belong to?
SELECT DISTINCT Family FROM Animal

-- List park names from the oldest park to the newest.
SELECT Name FROM Park ORDER BY Founded_Year

-- List the name and state of every park.
-- Show all parks with their states.
SELECT Name, State FROM Park

-- Show the name and status of all animals of the cat family.
-- Which animals belong to the family cat? Give name and status.
SELECT Name, Status FROM Animal WHERE Family = 'cat'

-- What is the longest trail called?
-- Show the name of the trail with the greatest length.
SELECT Name FROM Trail ORDER BY Length DESC LIMIT 1

-- Which campsite is the cheapest? Give the name and the fee.
-- Show name and fee of the campsite with the lowest fee.
SELECT Name, Fee FROM Campsite ORDER BY Fee LIMIT 1

-- How many parks does each state have?
SELECT State, count(*) FROM Park GROUP BY State

-- What is the average trail length for each difficulty?
-- Show every difficulty and the average length of its trails.
SELECT Difficulty, avg(Length) FROM Trail GROUP BY Difficulty

-- Show each trail's name and the name of the park it is in.
SELECT T1.Name, T2.Name FROM Trail AS T1 JOIN Park AS T2 ON T1.Park_ID = T2.Park_ID

-- Which trails are in Lost Lakes?
-- What are the names of the trails in the park Lost Lakes?
SELECT T1.Name FROM Trail AS T1 JOIN Park AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.Name = 'Lost Lakes'

-- Which rangers work in Granite Basin? Show name and age.
-- Show the name and age of the rangers of the park Granite Basin.
SELECT T1.Name, T1.Age FROM Ranger AS T1 JOIN Park AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.Name = 'Granite Basin'

-- How many campsites are in parks of Montana?
SELECT count(*) FROM Campsite AS T1 JOIN Park AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.State = 'Montana'

-- Which moderate trails are longer than 12? Show the names. The difficulty is hard.
SELECT Name FROM Trail WHERE Difficulty = 'hard' AND Length > 12

-- Which rangers were hired between 2010-01-01 and 2019-12-31? Show their names and hire dates.
-- Give name and hire date of rangers hired from 2010-01-01 to 2019-12-31.
SELECT Name, Hire_Date FROM Ranger WHERE Hire_Date BETWEEN '2010-01-01' AND '2019-12-31'

-- Which trails have Loop in their name? Give the name and the length.
-- Find the name and length of every trail with the word Loop in its name.
SELECT Name, Length FROM Trail WHERE Name LIKE '%Loop%'

-- Which animal families have more than 2 animals?
SELECT Family FROM Animal GROUP BY Family HAVING count(*) > 2

-- How many sightings does each park have? Show the park name.
-- For every park with a sighting, give the park name and the number of sightings.
SELECT T1.Name, count(*) FROM Park AS T1 JOIN Sighting AS T2 ON T1.Park_ID = T2.Park_ID GROUP BY T1.Park_ID

-- Which animals have never been sighted?
-- Give the names of animals for which there is no sighting.
SELECT Name FROM Animal WHERE Animal_ID NOT IN (SELECT Animal_ID FROM Sighting)

-- Which parks are larger than the average park?
-- Find the names of the parks with an area above average.
SELECT Name FROM Park WHERE Area > (SELECT avg(Area) FROM Park)

-- Which parks have no trail of hard difficulty? Show the park names.
-- Find the names of parks where no trail has the difficulty hard.
SELECT Name FROM Park WHERE Park_ID NOT IN (SELECT Park_ID FROM Trail WHERE Difficulty = 'hard')

-- Which animals were seen in the park Bison Prairie? List each animal name once.
SELECT DISTINCT T1.Name FROM Animal AS T1 JOIN Sighting AS T2 ON T1.Animal_ID = T2.Animal_ID JOIN Park AS T3 ON T2.Park_ID = T3.Park_ID WHERE T3.Name = 'Bison Prairie'

-- Which animal has the most sightings? Give its name and family.
-- Show the name and family of the animal that was sighted most often.
SELECT T1.Name, T1.Family FROM Animal AS T1 JOIN Sighting AS T2 ON T1.Animal_ID = T2.Animal_ID GROUP BY T1.Animal_ID ORDER BY count(*) DESC LIMIT 1

-- Which parks have both an easy trail and a hard trail?
-- Find the names of parks with a trail of difficulty easy and a trail of difficulty hard.
SELECT T1.Name FROM Park AS T1 JOIN Trail AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.Difficulty = 'easy' INTERSECT SELECT T1.Name FROM Park AS T1 JOIN Trail AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.Difficulty = 'hard'

-- Which park has the most places on its campsites? Show the name and the total number of places.
-- Give the name of the park with the highest sum of campsite places, and that sum.
SELECT T1.Name, sum(T2.Places) FROM Park AS T1 JOIN Campsite AS T2 ON T1.Park_ID = T2.Park_ID GROUP BY T1.Park_ID ORDER BY sum(T2.Places) DESC LIMIT 1

-- Which rangers have never seen a Bald Eagle? Show their names.
SELECT Name FROM Ranger EXCEPT SELECT T1.Name FROM Ranger AS T1 JOIN Sighting AS T2 ON T1.Ranger_ID = T2.Ranger_ID JOIN Animal AS T3 ON T2.Animal_ID = T3.Animal_ID WHERE T3.Name = 'Bald Eagle'

-- What are the names of parks founded before 1960 with more than one campsite? Also show the number of campsites.
SELECT T1.Name, count(*) FROM Park AS T1 JOIN Campsite AS T2 ON T1.Park_ID = T2.Park_ID WHERE T1.Founded_Year < 1960 GROUP BY T1.Park_ID HAVING count(*) > 1

-- Which ranger reported the most sightings? Show the name and the age of the ranger.
SELECT T1.Name, T1.Age FROM Ranger AS T1 JOIN Sighting AS T2 ON T1.Ranger_ID = T2.Ranger_ID GROUP BY T1.Ranger_ID ORDER BY count(*) DESC LIMIT 1

-- In which park is the longest trail of moderate difficulty? Give the park name and the trail name.
-- Show the park and the name of the longest trail whose difficulty is moderate.
SELECT T1.Name, T2.Name FROM Park AS T1 JOIN Trail AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.Difficulty = 'moderate' ORDER BY T2.Length DESC LIMIT 1

-- Which parks have seen both an Elk and a Moose? Give the park names.
-- Find the names of parks with a sighting of the animal Elk and a sighting of the animal Moose.
SELECT T1.Name FROM Park AS T1 JOIN Sighting AS T2 ON T1.Park_ID = T2.Park_ID JOIN Animal AS T3 ON T2.Animal_ID = T3.Animal_ID WHERE T3.Name = 'Elk' INTERSECT SELECT T1.Name FROM Park AS T1 JOIN Sighting AS T2 ON T1.Park_ID = T2.Park_ID JOIN Animal AS T3 ON T2.Animal_ID = T3.Animal_ID WHERE T3.Name = 'Moose'

-- How long is the Glacier Path?
-- Tell visitors the length of the trail Glacier Path.
SELECT Length FROM Trail WHERE Name = 'Glacier Path'

-- Total number of places on all campsites, please.
-- How many places do the campsites offer altogether?
SELECT sum(Places) FROM Campsite

-- Which conservation statuses occur among our animals? List every status once.
SELECT DISTINCT Status FROM Animal

-- Who is the oldest ranger on the staff? Name only.
-- Name the ranger of the greatest age.
SELECT Name FROM Ranger ORDER BY Age DESC LIMIT 1

-- When was the first sighting recorded?
-- What is the earliest sighting date?
SELECT min(Sighting_Date) FROM Sighting

-- Which animals are threatened or rare? Name and status, please.
-- Show name and status of animals whose status is threatened or rare.
SELECT Name, Status FROM Animal WHERE Status = 'threatened' OR Status = 'rare'

-- How big are the smallest and the biggest park?
-- Give the minimum and maximum area of the parks.
SELECT min(Area), max(Area) FROM Park

-- Which two parks are the largest? Names and areas.
-- Name the 2 parks with the greatest area, area included.
SELECT Name, Area FROM Park ORDER BY Area DESC LIMIT 2

-- How many animals are in each status?
-- Visitors ask how many animals there are per status.
SELECT Status, count(*) FROM Animal GROUP BY Status

-- What's the longest trail for every difficulty? Difficulty and length.
SELECT Difficulty, max(Length) FROM Trail GROUP BY Difficulty

-- In which park is the Slot Canyon Route?
-- Name the park that the Slot Canyon Route runs through.
SELECT T1.Name FROM Park AS T1 JOIN Trail AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.Name = 'Slot Canyon Route'

-- What do campsites in Wyoming charge? Give campsite names and fees.
-- Campsite name and fee for everything in Wyoming.
SELECT T1.Name, T1.Fee FROM Campsite AS T1 JOIN Park AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.State = 'Wyoming'

-- How often was the Moose sighted?
-- Number of sightings of the Moose?
SELECT count(*) FROM Sighting AS T1 JOIN Animal AS T2 ON T1.Animal_ID = T2.Animal_ID WHERE T2.Name = 'Moose'

-- How many Bison did rangers count over all sightings?
-- Add up the number of Bison in all sightings.
SELECT sum(T1.Number) FROM Sighting AS T1 JOIN Animal AS T2 ON T1.Animal_ID = T2.Animal_ID WHERE T2.Name = 'Bison'

-- For each park, how many kilometers of trail are there? Park name and total length.
-- Add up the trail lengths of every park, with the park's name.
SELECT T1.Name, sum(T2.Length) FROM Park AS T1 JOIN Trail AS T2 ON T1.Park_ID = T2.Park_ID GROUP BY T1.Park_ID

-- How many sightings has every ranger reported? Name and count.
-- Ranger names and how many sightings each has reported, please.
SELECT T1.Name, count(*) FROM Ranger AS T1 JOIN Sighting AS T2 ON T1.Ranger_ID = T2.Ranger_ID GROUP BY T1.Ranger_ID

-- Which states have more than one park?
-- States with 2 parks or more (over 1)?
SELECT State FROM Park GROUP BY State HAVING count(*) > 1

-- Average camping fee per state?
-- What does a campsite cost on average in each state?
SELECT T2.State, avg(T1.Fee) FROM Campsite AS T1 JOIN Park AS T2 ON T1.Park_ID = T2.Park_ID GROUP BY T2.State

-- On what dates were wolves of the species Gray Wolf seen, and by which ranger? Date and ranger name.
-- Gray Wolf sightings: give the date and the name of the ranger.
SELECT T1.Sighting_Date, T3.Name FROM Sighting AS T1 JOIN Animal AS T2 ON T1.Animal_ID = T2.Animal_ID JOIN Ranger AS T3 ON T1.Ranger_ID = T3.Ranger_ID WHERE T2.Name = 'Gray Wolf'

-- Which campsites have more than 30 places and a fee under 25?
-- Name campsites costing less than 25 with over 30 places.
SELECT Name FROM Campsite WHERE Places > 30 AND Fee < 25

-- Which state has the most trails, and how many?
-- Tell me the state with the largest number of trails and that number.
SELECT T1.State, count(*) FROM Park AS T1 JOIN Trail AS T2 ON T1.Park_ID = T2.Park_ID GROUP BY T1.State ORDER BY count(*) DESC LIMIT 1

-- Which animals were seen in Utah but never in Montana?
-- Animals sighted in Utah and not sighted in Montana: names?
SELECT T1.Name FROM Animal AS T1 JOIN Sighting AS T2 ON T1.Animal_ID = T2.Animal_ID JOIN Park AS T3 ON T2.Park_ID = T3.Park_ID WHERE T3.State = 'Utah' EXCEPT SELECT T1.Name FROM Animal AS T1 JOIN Sighting AS T2 ON T1.Animal_ID = T2.Animal_ID JOIN Park AS T3 ON T2.Park_ID = T3.Park_ID WHERE T3.State = 'Montana'

-- What was the largest group of animals ever sighted? Animal name, number and date.
-- Show the animal, the number and the date of the sighting with the highest number.
SELECT T1.Name, T2.Number, T2.Sighting_Date FROM Animal AS T1 JOIN Sighting AS T2 ON T1.Animal_ID = T2.Animal_ID ORDER BY T2.Number DESC LIMIT 1

-- Which moderate trails are longer than the average trail? Name and length.
-- Give name and length of the trails of difficulty moderate that exceed the average length.
SELECT Name, Length FROM Trail WHERE Difficulty = 'moderate' AND Length > (SELECT avg(Length) FROM Trail)

-- Which parks had at least 3 sightings after 2022-07-01? Park name and number of sightings.
-- For parks with 3 or more sightings after 2022-07-01, show the park name and how many.
SELECT T1.Name, count(*) FROM Park AS T1 JOIN Sighting AS T2 ON T1.Park_ID = T2.Park_ID WHERE T2.Sighting_Date > '2022-07-01' GROUP BY T1.Park_ID HAVING count(*) >= 3

-- Which rangers were hired before 2005? Name and hire date, longest in service first.
-- Rangers with a hire date before 2005: name and date, in order of hiring.
SELECT Name, Hire_Date FROM Ranger WHERE Hire_Date < '2005-01-01' ORDER BY Hire_Date

-- Which ranger has seen bears (family bear)? Distinct names.
SELECT DISTINCT T1.Name FROM Ranger AS T1 JOIN Sighting AS T2 ON T1.Ranger_ID = T2.Ranger_ID JOIN Animal AS T3 ON T2.Animal_ID = T3.Animal_ID WHERE T3.Family = 'bear'
