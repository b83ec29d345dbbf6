-- How many stations are in the network?
-- Count all stations.
SELECT count(*) FROM station

-- What are the names of the lines?
-- Show every line name.
SELECT lineName FROM line

-- Which stations are in the district Old Town?
-- List the names of stations in Old Town.
SELECT stationName FROM station WHERE district = 'Old Town'

-- How long is the longest line in km?
-- What is the maximum length of a line?
SELECT max(lengthKm) FROM line

-- What modes of transport are there?
-- List the distinct modes of the lines.
SELECT DISTINCT mode FROM line

-- How many lines are of the mode tram?
-- Count the tram lines.
SELECT count(*) FROM line WHERE mode = 'tram'

-- What is the average salary of the drivers?
SELECT avg(salary) FROM driver

-- Which stations opened after 1995?
-- Find the names of all stations that opened after 1995.
SELECT stationName FROM station WHERE openedYear > 1995

-- How many passengers did all trips carry together?
-- What is the total number of passengers on trips?
SELECT sum(passengers) FROM trip

-- What color is the Night Owl line?
SELECT color FROM line WHERE lineName = 'Night Owl'

-- How many trips had no delay, that is, 0 delay minutes?
-- Count trips with 0 minutes of delay.
SELECT count(*) FROM trip WHERE delayMinutes = 0

-- Sort the stations by daily riders, busiest first, and show their names.
-- Show the station names in descending order of daily riders.
SELECT stationName FROM station ORDER BY dailyRiders DESC

-- How many different vehicle models does the company have?
-- Count the distinct models of vehicles.
SELECT count(DISTINCT model) FROM vehicle

-- Which vehicles have more than 100 seats? Give the model of each vehicle.
SELECT model FROM vehicle WHERE seats > 100

-- What are the first names, last names and salaries of the drivers?
-- Show first name, last name and salary of each driver.
SELECT firstName, lastName, salary FROM driver

-- What are the name, zone and daily riders of stations in the district Northgate?
-- For stations in Northgate, show name, zone and number of daily riders.
SELECT stationName, zone, dailyRiders FROM station WHERE district = 'Northgate'

-- Which line opened first? Show its name and the year.
-- Give name and opening year of the oldest line.
SELECT lineName, openedYear FROM line ORDER BY openedYear LIMIT 1

-- What is the name of the station with the most daily riders?
-- Which station is used by the largest number of daily riders?
SELECT stationName FROM station ORDER BY dailyRiders DESC LIMIT 1

-- What are the minimum and maximum passengers of a trip?
SELECT min(passengers), max(passengers) FROM trip

-- How many stations does each district have?
-- Count the stations in every district.
SELECT district, count(*) FROM station GROUP BY district

-- For each zone, what is the total number of daily riders?
-- Sum the daily riders by zone.
SELECT zone, sum(dailyRiders) FROM station GROUP BY zone

-- How many lines does each mode have, and what is their average length?
-- For each mode, show the number of lines and the average length.
SELECT mode, count(*), avg(lengthKm) FROM line GROUP BY mode

-- How many vehicles are there of each model?
-- Show each vehicle model with its number of vehicles.
SELECT model, count(*) FROM vehicle GROUP BY model

-- Which districts have more than 2 stations?
-- Find districts with over 2 stations.
SELECT district FROM station GROUP BY district HAVING count(*) > 2

-- Which line colors are used by more than one line?
SELECT color FROM line GROUP BY color HAVING count(*) > 1

-- Which drivers belong to Harbour Yard? Show first and last name.
-- List the first and last names of the drivers at the depot Harbour Yard.
SELECT T1.firstName, T1.lastName FROM driver AS T1 JOIN depot AS T2 ON T1.depotId = T2.depotId WHERE T2.depotName = 'Harbour Yard'

-- Show the model of each vehicle and the name of its depot.
-- List all vehicle models with the depot names.
SELECT T1.model, T2.depotName FROM vehicle AS T1 JOIN depot AS T2 ON T1.depotId = T2.depotId

-- How many vehicles are kept at Northgate Garage?
-- Count the vehicles of Northgate Garage.
SELECT count(*) FROM vehicle AS T1 JOIN depot AS T2 ON T1.depotId = T2.depotId WHERE T2.depotName = 'Northgate Garage'

-- What are the dates and delays of trips on the Crosstown line?
-- For trips on Crosstown, show the date and the delay in minutes.
SELECT T1.tripDate, T1.delayMinutes FROM trip AS T1 JOIN line AS T2 ON T1.lineId = T2.lineId WHERE T2.lineName = 'Crosstown'

-- What is the average number of passengers on the Airport Express?
-- How many passengers does a trip of the Airport Express carry on average?
SELECT avg(T1.passengers) FROM trip AS T1 JOIN line AS T2 ON T1.lineId = T2.lineId WHERE T2.lineName = 'Airport Express'

-- Which stations does the Harbour Loop serve?
-- Find the stations on the line Harbour Loop.
SELECT T1.stationName FROM station AS T1 JOIN lineStop AS T2 ON T1.stationId = T2.stationId JOIN line AS T3 ON T2.lineId = T3.lineId WHERE T3.lineName = 'Harbour Loop'

-- Which lines stop at Central Square, and at which position?
-- Show the name of each line that stops at Central Square with the position of the stop.
SELECT T1.lineName, T2.position FROM line AS T1 JOIN lineStop AS T2 ON T1.lineId = T2.lineId JOIN station AS T3 ON T2.stationId = T3.stationId WHERE T3.stationName = 'Central Square'

-- Which different lines has the driver with the last name Haddad driven?
SELECT DISTINCT T1.lineName FROM line AS T1 JOIN trip AS T2 ON T1.lineId = T2.lineId JOIN driver AS T3 ON T2.driverId = T3.driverId WHERE T3.lastName = 'Haddad'

-- Which metro lines are longer than 20 km?
-- Name the lines of mode metro with a length above 20.
SELECT lineName FROM line WHERE mode = 'metro' AND lengthKm > 20

-- Which stations are in zone 4 or in the district Docklands? Show the names.
-- Find stations that lie in Docklands or in zone 4.
SELECT stationName FROM station WHERE zone = 4 OR district = 'Docklands'

-- Which trips took place between 2023-01-01 and 2023-06-30? Show date and passengers.
-- List date and passengers of the trips from 2023-01-01 to 2023-06-30.
SELECT tripDate, passengers FROM trip WHERE tripDate BETWEEN '2023-01-01' AND '2023-06-30'

-- Which vehicles were built between 2005 and 2015? Show the model and seats.
SELECT model, seats FROM vehicle WHERE builtYear BETWEEN 2005 AND 2015

-- Which stations have Park or Garden in their names?
-- Find the stations whose name contains Park or Garden.
SELECT stationName FROM station WHERE stationName LIKE '%Park%' OR stationName LIKE '%Garden%'

-- Which drivers have a last name that starts with B? Show first and last names.
-- List drivers (first name, last name) whose last name begins with B.
SELECT firstName, lastName FROM driver WHERE lastName LIKE 'B%'

-- How many stations does each line serve? Show the line name.
-- For each line name, count the stops.
SELECT T1.lineName, count(*) FROM line AS T1 JOIN lineStop AS T2 ON T1.lineId = T2.lineId GROUP BY T1.lineId

-- What is the average delay on each line? Show line name and average delay minutes.
-- Show the mean delay in minutes for every line that had trips, by line name.
SELECT T1.lineName, avg(T2.delayMinutes) FROM line AS T1 JOIN trip AS T2 ON T1.lineId = T2.lineId GROUP BY T1.lineId

-- How many drivers does each depot have? Show depot name and number.
SELECT T1.depotName, count(*) FROM depot AS T1 JOIN driver AS T2 ON T1.depotId = T2.depotId GROUP BY T1.depotId

-- What is the total number of passengers for each mode?
-- Sum the passengers of all trips by mode of the line.
SELECT T2.mode, sum(T1.passengers) FROM trip AS T1 JOIN line AS T2 ON T1.lineId = T2.lineId GROUP BY T2.mode

-- Which lines have had no trip?
-- Find the names of lines without any trips.
SELECT lineName FROM line WHERE lineId NOT IN (SELECT lineId FROM trip)

-- Which stations are not on any line?
SELECT stationName FROM station WHERE stationId NOT IN (SELECT stationId FROM lineStop)

-- Which lines are longer than the average line?
-- Find the lines whose length is above the average length.
SELECT lineName FROM line WHERE lengthKm > (SELECT avg(lengthKm) FROM line)

-- Which depots have no driver?
SELECT depotName FROM depot WHERE depotId NOT IN (SELECT depotId FROM driver)

-- Which districts have a station but no depot?
-- Find districts where there are stations and no depots.
SELECT district FROM station EXCEPT SELECT district FROM depot

-- In which years did both a line and a station open?
SELECT openedYear FROM line INTERSECT SELECT openedYear FROM station

-- Which vehicle model is the most common?
-- What model do most of the vehicles have?
SELECT model FROM vehicle GROUP BY model ORDER BY count(*) DESC LIMIT 1

-- Which district has the most daily riders in total?
-- Find the district whose stations have the largest sum of daily riders.
SELECT district FROM station GROUP BY district ORDER BY sum(dailyRiders) DESC LIMIT 1

-- Which line serves the most stations? Show the name and the number of stations.
SELECT T1.lineName, count(*) FROM line AS T1 JOIN lineStop AS T2 ON T1.lineId = T2.lineId GROUP BY T1.lineId ORDER BY count(*) DESC LIMIT 1

-- Which driver made the most trips? Show first and last name.
-- Give the first and last name of the driver with the largest number of trips.
SELECT T1.firstName, T1.lastName FROM driver AS T1 JOIN trip AS T2 ON T1.driverId = T2.driverId GROUP BY T1.driverId ORDER BY count(*) DESC LIMIT 1

-- On which tram line was the trip with the longest delay? Show line name, date and delay.
-- Show the line name, the date and the delay minutes of the most delayed tram trip.
SELECT T1.lineName, T2.tripDate, T2.delayMinutes FROM line AS T1 JOIN trip AS T2 ON T1.lineId = T2.lineId WHERE T1.mode = 'tram' ORDER BY T2.delayMinutes DESC LIMIT 1

-- Which stations are on both the Crosstown and the Line 4?
-- Find the stations where Crosstown and also Line 4 stop.
SELECT T1.stationName FROM station AS T1 JOIN lineStop AS T2 ON T1.stationId = T2.stationId JOIN line AS T3 ON T2.lineId = T3.lineId WHERE T3.lineName = 'Crosstown' INTERSECT SELECT T1.stationName FROM station AS T1 JOIN lineStop AS T2 ON T1.stationId = T2.stationId JOIN line AS T3 ON T2.lineId = T3.lineId WHERE T3.lineName = 'Line 4'

-- Which drivers have never driven a tram? Show the last names.
-- Find last names of drivers without a trip on a line of mode tram.
SELECT lastName FROM driver EXCEPT SELECT T1.lastName FROM driver AS T1 JOIN trip AS T2 ON T1.driverId = T2.driverId JOIN line AS T3 ON T2.lineId = T3.lineId WHERE T3.mode = 'tram'

-- Which lines had more than 8 trips? Show the line name and the number of trips.
-- For lines with over 8 trips, show the name and how many trips there were.
SELECT T1.lineName, count(*) FROM line AS T1 JOIN trip AS T2 ON T1.lineId = T2.lineId GROUP BY T1.lineId HAVING count(*) > 8

-- For trips delayed by more than 5 minutes, how many were there on each line? Show the line name.
-- Count the trips with more than 5 minutes of delay by line name.
SELECT T1.lineName, count(*) FROM line AS T1 JOIN trip AS T2 ON T1.lineId = T2.lineId WHERE T2.delayMinutes > 5 GROUP BY T1.lineId

-- Which drivers at Ravensmoor Depot earn more than the average driver? Show last name and salary.
-- Show last name and salary of drivers from Ravensmoor Depot with a salary above the average of all drivers.
SELECT T1.lastName, T1.salary FROM driver AS T1 JOIN depot AS T2 ON T1.depotId = T2.depotId WHERE T2.depotName = 'Ravensmoor Depot' AND T1.salary > (SELECT avg(salary) FROM driver)

-- Who was hired last at Northgate Garage? Show the first name, last name and hire date.
-- Show first name, last name and hire date of the driver hired most recently at Northgate Garage.
SELECT T1.firstName, T1.lastName, T1.hireDate FROM driver AS T1 JOIN depot AS T2 ON T1.depotId = T2.depotId WHERE T2.depotName = 'Northgate Garage' ORDER BY T1.hireDate DESC LIMIT 1

-- Which stations are busier than every station in the district Ravensmoor? Show name and daily riders.
-- Show name and daily riders of stations with more daily riders than the maximum in Ravensmoor.
SELECT stationName, dailyRiders FROM station WHERE dailyRiders > (SELECT max(dailyRiders) FROM station WHERE district = 'Ravensmoor')

-- Which depot's vehicles have the most seats in total? Show depot name and seats.
-- Give the name of the depot with the largest sum of vehicle seats, and the sum.
SELECT T1.depotName, sum(T2.seats) FROM depot AS T1 JOIN vehicle AS T2 ON T1.depotId = T2.depotId GROUP BY T1.depotId ORDER BY sum(T2.seats) DESC LIMIT 1

-- Which drivers were hired before 2005? Show last name and hire date in order of hire date.
-- List last names and hire dates of drivers hired before 2005, earliest first.
SELECT lastName, hireDate FROM driver WHERE hireDate < '2005-01-01' ORDER BY hireDate

-- How many line stops are in each district? Show district and number.
-- Count the line stops by the district of the station.
SELECT T1.district, count(*) FROM station AS T1 JOIN lineStop AS T2 ON T1.stationId = T2.stationId GROUP BY T1.district

-- Which model of vehicle was used on the University Line? Show every model once.
-- Show the distinct vehicle models that ran on the University Line.
SELECT DISTINCT T1.model FROM vehicle AS T1 JOIN trip AS T2 ON T1.vehicleId = T2.vehicleId JOIN line AS T3 ON T2.lineId = T3.lineId WHERE T3.lineName = 'University Line'
